/*
 * Replies to 9P requests, right or spoilt, for servers that tests mount.
 * The includer defines rnd(n), a number below n.
 */
static void
fill(Fcall *t, Fcall *r)
{
	static uchar st[200];
	static char data[9000];
	int i;
	Dir d;

	memset(&d, 0, sizeof d);
	d.name = "f";
	d.uid = d.gid = d.muid = "u";
	d.qid.path = rnd(5);
	d.mode = rnd(2) == 0? DMDIR|0777: 0666;
	r->type = t->type+1;
	r->tag = t->tag;
	r->msize = 8216;
	r->version = "9P2000";
	r->ename = "no";
	r->qid.path = rnd(5);
	r->qid.type = rnd(2) == 0? QTDIR: 0;
	r->iounit = rnd(3) == 0? rnd(300): 0;
	r->nwqid = t->type == Twalk? t->nwname: 0;
	for(i = 0; i < r->nwqid; i++)
		r->wqid[i] = r->qid;
	r->nstat = convD2M(&d, st, sizeof st);
	r->stat = st;
	for(i = 0; i+r->nstat < 4000; i += r->nstat)
		memmove(data+i, st, r->nstat);
	r->count = t->count < 4000? t->count: (ulong)i;
	r->data = data;
}

/* Spoil the n bytes of a good reply; how many there are then. */
static uint
spoil(uchar *p, uint n)
{
	uint i;

	switch(rnd(9)){
	case 0:
		PBIT16(p+5, rnd(70));
		break;
	case 1:
		p[4] = 100+rnd(30);
		break;
	case 2:
		PBIT32(p, rnd(4) == 0? 0xFFFFFFF0u+rnd(16): rnd(n+20));
		break;
	case 3:
		for(i = 1+rnd(4); i > 0; i--)
			p[rnd(n)] = rnd(256);
		break;
	case 4:
		n = rnd(n);
		break;
	case 5:
		if(n > 7)
			for(i = 7; i < n && i < 11; i++)
				p[i] = 0xFF;
		break;
	case 6:
		memmove(p+n, p, n);
		n *= 2;
		break;
	case 7:
		for(i = 0; i < n; i++)
			p[i] = rnd(256);
		break;
	case 8:
		if(n > 7){
			n = 7+rnd(n-7);
			PBIT32(p, n);
		}
	}
	return n;
}
