package lox

import (
	"fmt"
	"strconv"
	"strings"
)

// maxNamed is how many parts, or ranges of them, an error names.
const maxNamed = 20

// CheckParts checks that parts are exactly the parts of an upload of size bytes. They must be
// in the order of their numbers. CodeUploadIncomplete: the detail "parts" says what is wrong.
func CheckParts(parts []Part, size, partSize int64) error {
	if size < 1 || partSize < 1 || size > MaxSize {
		return Errorf(CodeUploadIncomplete, "The upload has not all its parts").
			With("size_bytes", fmt.Sprintf("Is %d, must be 1 to %d", size, int64(MaxSize)))
	}
	count := PartCount(size, partSize)
	var missing, tooMany partNumbers
	var wrongSize []string
	next := 1
	for _, p := range parts {
		if p.Number > count {
			tooMany.add(p.Number, p.Number)
			continue
		}
		missing.add(next, p.Number-1)
		next = p.Number + 1
		if want := min(partSize, size-int64(p.Number-1)*partSize); p.Size != want && len(wrongSize) <= maxNamed {
			wrongSize = append(wrongSize, fmt.Sprintf("part %d has %d bytes, must have %d", p.Number, p.Size, want))
		}
	}
	missing.add(next, count)
	var problems []string
	if !missing.empty() {
		problems = append(problems, "Missing: "+missing.String())
	}
	if len(wrongSize) > 0 {
		problems = append(problems, "Of another size: "+strings.Join(wrongSize, ", "))
	}
	if !tooMany.empty() {
		problems = append(problems, fmt.Sprintf("More than the %d that make up %d bytes: %s", count, size, &tooMany))
	}
	if problems == nil {
		return nil
	}
	return Errorf(CodeUploadIncomplete, "The upload has not exactly the parts that make up its size").
		With("parts", strings.Join(problems, "; "))
}

// partNumbers are ascending ranges of part numbers.
type partNumbers struct {
	ranges [][2]int // first and last of each
	more   bool     // some were left out
}

// add adds the numbers from first to last. It adds nothing if last is less than first.
func (n *partNumbers) add(first, last int) {
	if last < first {
		return
	}
	if end := len(n.ranges) - 1; end >= 0 && n.ranges[end][1] == first-1 {
		n.ranges[end][1] = last
		return
	}
	if len(n.ranges) == maxNamed {
		n.more = true
		return
	}
	n.ranges = append(n.ranges, [2]int{first, last})
}

func (n *partNumbers) empty() bool { return len(n.ranges) == 0 }

// String returns text such as "3, 7-9". It ends with "and others" if some were left out.
func (n *partNumbers) String() string {
	var texts []string
	for _, r := range n.ranges {
		if r[0] == r[1] {
			texts = append(texts, strconv.Itoa(r[0]))
			continue
		}
		texts = append(texts, fmt.Sprintf("%d-%d", r[0], r[1]))
	}
	text := strings.Join(texts, ", ")
	if n.more {
		text += " and others"
	}
	return text
}
