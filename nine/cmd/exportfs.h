/* SPDX-License-Identifier: MIT */
/* Between exportfs and lib/cmd_export.c. */

Qid	exportqid(uint, uint, Qid);	/* device, instance, qid there: unique qid */
char*	exporterror(void);		/* of the last failed call, for a handler to return */
