/* SPDX-License-Identifier: MIT */
/*
 * H:880 The doctor's memory, from the Launcher's side.
 */
#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "host/doctor.h"
#include "host/vm.h"

int host_doctor_create(struct lg *lg)
{
	u64 at = LG_DOCTOR_AT(lg->view.shared_pages);

	lg->doctor_size = LG_DOCTOR_SIZE(lg->view.shared_pages);
	if (ftruncate(lg->state_fd, (off_t)(at + lg->doctor_size)) < 0)
		return -errno;
	lg->doctor = mmap(NULL, lg->doctor_size, PROT_READ | PROT_WRITE, MAP_SHARED, lg->state_fd,
			  (off_t)at);
	if (lg->doctor == MAP_FAILED) {
		lg->doctor = NULL;
		return -errno;
	}
	lg->view.shared->doctor = (u32)at;
	return 0;
}

void host_doctor_destroy(struct lg *lg)
{
	if (lg->doctor)
		munmap(lg->doctor, lg->doctor_size);
	lg->doctor = NULL;
}

struct lg_doctor *lg_doctor(struct lg *lg)
{
	return lg->doctor;
}
