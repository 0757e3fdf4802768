package archive

import (
	"archive/tar"
	"os/user"
	"strconv"
	"time"

	"golang.org/x/sys/unix"
)

// header is that of an entry, without size, target and attributes.
func (p *packer) header(st *unix.Stat_t, kind byte, path string) *tar.Header {
	return &tar.Header{
		Format: tar.FormatPAX, Typeflag: kind, Name: path, Mode: int64(st.Mode) & 0o7777,
		Uid: int(st.Uid), Gid: int(st.Gid), Uname: p.users.of(st.Uid), Gname: p.groups.of(st.Gid),
		ModTime: time.Unix(st.Mtim.Sec, st.Mtim.Nsec),
	}
}

// names are those of users or groups, each looked up once.
type names struct {
	lookup func(id string) string
	known  map[uint32]string
}

// mostNames bounds the memory that names take.
const mostNames = 4096

func newNames(lookup func(string) string) *names { return &names{lookup, map[uint32]string{}} }

func (n *names) of(id uint32) string {
	name, ok := n.known[id]
	if !ok {
		if len(n.known) >= mostNames {
			clear(n.known)
		}
		name = n.lookup(strconv.FormatUint(uint64(id), 10))
		n.known[id] = name
	}
	return name
}

// userName is "" for a user without a name, which the archive has by number then.
func userName(id string) string {
	u, err := user.LookupId(id)
	if err != nil {
		return ""
	}
	return u.Username
}

func groupName(id string) string {
	g, err := user.LookupGroupId(id)
	if err != nil {
		return ""
	}
	return g.Name
}
