# SPDX-License-Identifier: BSD-2-Clause
"""An SDK that is made for tests: some boards, drivers, and programs that do nothing."""
import glob
import json
import os
import shutil
import struct
import subprocess

TOOL = os.path.join(os.environ["SDK"], "bin", "microkit")
# A board that the boards here are like: its description, tree, kernel and loader.
MODEL = os.path.dirname(sorted(glob.glob(
    os.path.join(os.environ["SDK"], "board", "*", "*", "board.dtb")))[0])
DRIVERS = (("timer", "arm,armv8-timer", 1, False, 0), ("serial", "arm,pl011", 0, True, 0),
           ("serial", "virtio,mmio", 0, True, 20480),
           ("network", "virtio,mmio", 0, True, 65536), ("network", "arm,psci-1.0", 0, True, 0),
           ("block", "virtio,mmio", 0, True, 16384), ("entropy", "virtio,mmio", 0, True, 12288),
           ("rtc", "arm,pl031", None, True, 0))
COMPONENTS = ("timer_any", "serial_any", "serial_virt_tx", "serial_virt_rx", "network_any",
              "network_virt_rx", "network_virt_tx_round_robin", "network_copy",
              "block_any", "block_virt", "fs_fat", "fs_littlefs", "entropy_any", "rtc_any")
COMPONENT_SYMBOLS = ("timer_driver_config", "serial_driver_config", "serial_virt_tx_config",
                     "serial_virt_rx_config", "network_driver_config", "network_virt_rx_config",
                     "network_virt_tx_config", "network_copy_config", "block_driver_config",
                     "block_virt_config", "fs_server_config", "block_config",
                     "entropy_driver_config", "rtc_driver_config")
CLIENT_SYMBOLS = ("timer_config", "serial_config", "network_config", "block_config",
                  "fs_config", "statistics_config", "entropy_config", "rtc_config",
                  "supervisor_client_config")
BOARDS = {
    "unicore": {"cores": 1}, "multicore": {"cores": 4},
    "bare": {"devices": {}}, "nowhere": {"devices": {"timer": "/nothing"}},
    # A driver that says too little, a device without driver, a node without registers.
    "odd": {"devices": {"timer": "/pmu", "serial": "/gpio-keys", "network": "/psci"}},
    "small": {"image_base": "0x40400000", "ram": [{"base": "0x40000000", "bytes": "0x800000"}]},
}


def program(*symbols):
    """An ELF file that loops for ever, with these global symbols of 8 bytes in its data."""
    code_base, base, data = 0x200000, 0x210000, bytes(8 * len(symbols) + 8)
    code = struct.pack("<II", 0x14000000, 0)  # b .
    names = b"\0" + b"".join(name.encode() + b"\0" for name in symbols)
    table = bytes(24)
    for i, name in enumerate(symbols):
        table += struct.pack("<IBBHQQ", names.index(b"\0" + name.encode() + b"\0") + 1, 0x11, 0,
                             0xfff1, base + 8 * i, 8)
    at_code = 64 + 2 * 56
    at_data = at_code + len(code)
    at_table = at_data + len(data)
    at_names = at_table + len(table)
    at_sections = (at_names + len(names) + 7) // 8 * 8
    header = struct.pack("<4sBBB9xHHIQQQIHHHHHH", b"\x7fELF", 2, 1, 1, 2, 183, 1, code_base, 64,
                         at_sections, 0, 64, 56, 2, 64, 3, 0)
    segments = b"".join(struct.pack("<IIQQQQQQ", 1, flags, at, vaddr, vaddr, size, size, 8)
                        for flags, at, vaddr, size in ((5, at_code, code_base, len(code)),
                                                       (6, at_data, base, len(data))))
    sections = bytes(64) + \
        struct.pack("<IIQQQQIIQQ", 0, 2, 0, 0, at_table, len(table), 2, 1, 8, 24) + \
        struct.pack("<IIQQQQIIQQ", 0, 3, 0, 0, at_names, len(names), 0, 0, 1, 0)
    image = header + segments + code + data + table + names
    return image + bytes(at_sections - len(image)) + sections


def make_files(directory):
    """What the system files name: programs and prefill; and the components."""
    files = {"pd.elf": program(), "client.elf": program(*CLIENT_SYMBOLS),
             "supervisor.elf": program("supervisor_config", "serial_config"),
             "supervisor_clock.elf": program(),
             "network_virt_tx_clock.elf": program("network_virt_tx_config", "timer_config"),
             "statistics.elf": program("statistics_server_config"),
             "data.bin": bytes(5000), "empty.bin": b""}
    for name in COMPONENTS:
        files[f"{name}.elf"] = program(*COMPONENT_SYMBOLS)
    for name, data in files.items():
        with open(os.path.join(directory, name), "wb") as file:
            file.write(data)


def make_drivers(directory):
    """The SDK's drivers of what the boards have."""
    os.makedirs(os.path.join(directory, "drivers"))
    descriptions = [{"class": name, "compatible": ["none", compatible],
                     "program": f"{name}_any.elf", "interrupt": interrupt,
                     "registers": registers, "dma_bytes": dma_bytes}
                    for name, compatible, interrupt, registers, dma_bytes in DRIVERS]
    descriptions.append({"class": "timer", "compatible": ["arm,armv8-pmuv3"]})
    for i, description in enumerate(descriptions):
        with open(os.path.join(directory, "drivers", f"{i}.json"), "w",
                  encoding="utf-8") as file:
            json.dump(description, file)


def make_sdk(directory):
    """An SDK with some boards, and files for the systems to name."""
    with open(os.path.join(MODEL, "board.json"), encoding="utf-8") as file:
        board = json.load(file)
    for name, changes in BOARDS.items():
        path = os.path.join(directory, "board", name, "debug")
        os.makedirs(path)
        with open(os.path.join(path, "board.json"), "w", encoding="utf-8") as file:
            json.dump(dict(board, name=name, **changes), file)
        shutil.copy(os.path.join(MODEL, "board.dtb"), path)
        os.makedirs(os.path.join(path, "elf"))
        for part in ("kernel", "kernel_statistics", "loader", "start"):
            shutil.copy(os.path.join(MODEL, "elf", f"{part}.elf"), os.path.join(path, "elf"))
    make_drivers(directory)
    make_files(directory)


def run(sdk, *arguments):
    """Runs the tool in the SDK's directory, where pd.elf and the like are."""
    return subprocess.run([TOOL, *arguments], cwd=sdk, capture_output=True, text=True,
                          timeout=60, check=False, env=dict(os.environ, MICROKIT_SDK=sdk))


def expand(sdk, path, board="unicore", *options):
    return run(sdk, "expand", "--board", board, "--config", "debug", *options, path)
