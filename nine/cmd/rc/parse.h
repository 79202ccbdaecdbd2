/* SPDX-License-Identifier: MIT */
/* Between parseword.c and parse.c. */

Tree	*node(Parser*, int, Tree*, Tree*);
int	tok(Parser*);			/* the type of the token to come */
void	next(Parser*);			/* it has been used */
void	expect(Parser*, int);
int	key(Parser*);			/* the keyword that stands here, or 0 */
int	isword(Parser*);		/* 2: only behind the first word */
void	skipnl(Parser*);
void	syntax(Parser*);
int	deeper(Parser*);
int	longer(Parser*);

Tree	*word(Parser*);
Tree	*argument(Parser*);
Tree	*words(Parser*, int);
Tree	*brace(Parser*);
Tree	*redir(Parser*);
Tree	*body(Parser*, int);
