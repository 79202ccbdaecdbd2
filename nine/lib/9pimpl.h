/* SPDX-License-Identifier: MIT */
/* Private to the files of the 9P server loop. */

Fid*	srvnewfid(Srv*, ulong, char*);
int	srvaddfid(Fid*);
void	srvdelfid(Fid*);
void	srvreset(Srv*);
void	srvendwork(void);
void	srvaddreq(Req*);
void	srvdelreq(Req*);
ulong	srvfindreq(Srv*, int, Req*);
