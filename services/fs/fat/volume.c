/* SPDX-License-Identifier: BSD-2-Clause */
/* What FatFs does in two steps. */
#include "server.h"

enum fs_status volume_replace(const char *from, const char *to)
{
	FRESULT result = f_unlink(to);
	if (result != FR_OK)
		return result == FR_DENIED ? FS_NOT_EMPTY : operation_status(result);
	result = f_rename(from, to);
	return result == FR_DENIED ? FS_NO_SPACE : operation_status(result);
}
