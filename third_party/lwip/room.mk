# SPDX-License-Identifier: BSD-2-Clause
#
# lwIP as bitcode, to be optimised together with its user at link time: services/lwip
# makes lib/liblwip.a of it. lwIP's headers stand beside the SDK's. The code is the same
# for all boards and configurations, so it is compiled once.
#
# Its packed headers want unaligned loads, which a PD may do in its own memory.

lwip_room := third_party/lwip
lwip_home := $(B)/third_party/lwip
lwip_arch := aarch64
lwip_src := $(lwip_home)/src/src
lwip_versions := $(lwip_home)/versions.txt
lwip_our_headers := $(wildcard $(lwip_room)/include/*.h $(lwip_room)/include/arch/*.h)

lwip_files := netif/ethernet \
	$(addprefix core/,def dns inet_chksum init ip mem memp netif pbuf stats tcp tcp_in tcp_out \
		timeouts udp) \
	$(addprefix core/ipv4/,dhcp etharp icmp ip4 ip4_addr ip4_frag) \
	$(addprefix core/ipv6/,ethip6 icmp6 inet6 ip6 ip6_addr ip6_frag mld6 nd6)
# Our hands on what these files do: names_receive sees an answer before dns does, and
# names_server (services/lwip/names.c) a server's address that DHCP says.
lwip_renamed_core/dns := -Dudp_recv=names_receive
lwip_renamed_core/ipv4/dhcp := -Ddns_setserver=names_server
lwip_objects := $(lwip_files:%=$(lwip_home)/obj/%.o) $(lwip_home)/obj/chksum.o

# What any target that includes <lwip/...> from where it was fetched needs.
lwip_includes := -I$(lwip_room)/include -I$(lwip_src)/include
lwip_cflags = $(filter-out -mstrict-align,$(TARGET_CFLAGS)) -flto -ffunction-sections \
	-fdata-sections -O3 -fomit-frame-pointer $(lwip_includes) -Ilib/string/include

$(lwip_versions): third_party/lock.txt tools/fetch.sh
	@tools/fetch.sh lwip $(B)

# Other people's code, other people's warnings.
$(lwip_home)/obj/%.o: $(lwip_versions) $(lwip_our_headers) $(lwip_room)/room.mk
	@mkdir -p $(@D)
	@$(TARGET_CC) $(lwip_cflags) $(lwip_renamed_$*) -I$(lwip_room)/private -w \
		-c $(lwip_src)/$*.c -o $@

# A loop that copies and sums must not be taken for a copy.
$(lwip_home)/obj/chksum.o: $(lwip_room)/chksum.c $(lwip_our_headers) \
		$(lwip_room)/$(lwip_arch)/carry.h
	@mkdir -p $(@D)
	@$(TARGET_CC) $(lwip_cflags) -I$(lwip_room)/$(lwip_arch) -fno-builtin-memcpy -c $< -o $@

# $(1) the folder of a board and configuration in the SDK. init.h stands for all headers.
define lwip_board
SDK_FILES += $(1)/include/lwip/init.h
$(1)/include/lwip/init.h: $(lwip_versions) $(lwip_our_headers)
	@mkdir -p $$(@D)
	@cp -r $(lwip_src)/include/lwip $(lwip_src)/include/netif $(lwip_room)/include/* \
		$(1)/include
	@touch $$@
endef

$(foreach b,$(BOARDS),$(foreach c,$(CONFIGS),$(eval $(call \
	lwip_board,$(SDK)/board/$(b)/$(c)))))
