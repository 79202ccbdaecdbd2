# Makes the book: comments that open with a tag such as "H:210" are its
# paragraphs.  The letter is the chapter, the number the place in it.
#
# A title is the first line if a blank line follows, or the first sentence if
# it is short; the rest of the comment is the text.

BEGIN {
	order = "LHSDP"
	name["L"] = "The Launcher"
	about["L"] = "What the user starts: options, the kernel image, memory, the console, the end."
	name["H"] = "The Host"
	about["H"] = "The hypervisor proper: hypercalls, page tables, segments, interrupts and traps, spaces."
	name["S"] = "The Switcher"
	about["S"] = "The few instructions that cross between Host and Guest."
	name["D"] = "The Drivers"
	about["D"] = "Virtqueues, and the devices behind them."
	name["P"] = "The porter's tools"
	about["P"] = "What to do when the Guest dies."
}

FNR == 1 { inside = 0 }

!inside && match($0, /[LHSDP]:[0-9][0-9][0-9]? /) && comment_line($0) {
	tag = substr($0, RSTART, RLENGTH - 1)
	line = substr($0, RSTART + RLENGTH)
	file[tag] = FILENAME
	tags[++count] = tag
	text[tag] = ""
	inside = 1
	add(line)
	next
}

inside { add($0) }

# In a comment: " * H:210 ...", "/* H:210 ..." or "/* --- H:210 ...".
function comment_line(s) {
	return s ~ /^[ \t]*(\/\*|\*)( ---)? [LHSDP]:/
}

function add(s,    end) {
	end = s ~ /\*\//
	sub(/[ \t]*-*[ \t]*\*\/.*$/, "", s)
	sub(/^[ \t]*\*[ ]?/, "", s)
	sub(/^[ \t]*\/\*[ ]?/, "", s)
	text[tag] = text[tag] s "\n"
	if (end)
		inside = 0
}

# Splits text[tag] into head and body.
function split_title(t,    first, nl, at) {
	sub(/\n+$/, "", t)
	nl = index(t, "\n")
	head = nl ? substr(t, 1, nl - 1) : t
	body = nl ? substr(t, nl + 1) : ""
	blank = body ~ /^[ \t]*\n/
	if (blank || body == "") {
		sub(/^[ \t\n]+/, "", body)
		at = length(head)
		if (substr(head, at) == ".")
			head = substr(head, 1, at - 1)
		if (length(head) < 72)
			return
		body = t
	} else
		body = t
	at = match(body, /[.:?]([ \n]|$)/)
	if (at > 1 && at < 72) {
		head = substr(body, 1, at)
		sub(/[.:]$/, "", head)
		gsub(/\n/, " ", head)
		body = substr(body, at + 1)
		sub(/^[ \n]+/, "", body)
		body = toupper(substr(body, 1, 1)) substr(body, 2)
	} else {
		head = file[tag]
		sub(/.*\//, "", head)
	}
}

function before(a, b) {
	if (substr(a, 1, 1) != substr(b, 1, 1))
		return index(order, substr(a, 1, 1)) < index(order, substr(b, 1, 1))
	return substr(a, 3) + 0 < substr(b, 3) + 0
}

END {
	print "# The book\n"
	print "lguest explained by its own comments, in reading order. Made by `make book`; change the"
	print "code, not this file."
	for (i = 2; i <= count; i++)
		for (j = i; j > 1 && before(tags[j], tags[j - 1]); j--) {
			t = tags[j]; tags[j] = tags[j - 1]; tags[j - 1] = t
		}
	for (i = 1; i <= count; i++) {
		tag = tags[i]
		c = substr(tag, 1, 1)
		if (c != chapter)
			print "\n## " name[c] "\n\n" about[c]
		chapter = c
		split_title(text[tag])
		print "\n### " tag (head != "" ? " " head : "") "\n"
		if (body != "")
			print body "\n"
		print "[" file[tag] "](../" file[tag] ")"
	}
}
