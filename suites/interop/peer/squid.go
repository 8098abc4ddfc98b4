//go:build linux

package peer

import (
	"errors"
	"fmt"
	"os"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
)

// Squid is a squid that lets authenticated clients through.
type Squid struct {
	dir     string
	port    int
	process *process
}

const squidConfig = `http_port 127.0.0.1:%[2]d
%[3]sacl authenticated proxy_auth REQUIRED
http_access allow authenticated
http_access deny all
cache deny all
pid_filename %[1]s/pid
access_log stdio:%[1]s/access.log
strip_query_terms off
cache_log %[1]s/cache.log
coredump_dir %[1]s
pinger_enable off
visible_hostname squid.lab
cache_effective_user proxy
shutdown_lifetime 0 seconds
`

// StartSquid starts a proxy that knows its clients by a SquidAuth.
func StartSquid(auth SquidAuth) (*Squid, error) {
	dir, err := folder("squid")
	if err != nil {
		return nil, err
	}
	s := &Squid{dir: dir}
	if err := s.start(auth); err != nil {
		return nil, errors.Join(err, s.Stop())
	}
	return s, nil
}

func (s *Squid) start(auth SquidAuth) (err error) {
	if s.port, err = freePort(); err != nil {
		return err
	}
	lines, env, err := auth(s.dir)
	if err != nil {
		return err
	}
	config := filepath.Join(s.dir, "squid.conf")
	text := fmt.Sprintf(squidConfig, s.dir, s.port, lines)
	if err := os.WriteFile(config, []byte(text), 0o644); err != nil {
		return fmt.Errorf("squid: %w", err)
	}
	if err := giveTo("proxy", s.dir); err != nil {
		return fmt.Errorf("squid: %w", err)
	}
	// The name sets its shared memory apart from that of other squids.
	args := []string{"-N", "-n", fmt.Sprintf("wualab%d", s.port), "-f", config}
	s.process, err = start(command{program: "squid", args: args, env: env}, s.dir, func() error { return answers("tcp", s.Addr()) })
	return err
}

// Addr is where it listens, by the name for which its helper has a Kerberos key.
func (s *Squid) Addr() string { return fmt.Sprintf("localhost:%d", s.port) }

// Group is the process group of squid and its helpers.
func (s *Squid) Group() int { return s.process.cmd.Process.Pid }

// Users lists, for each request whose URL contains part and which is over, the
// user whom squid verified, "-" for none, as its access log has them.
func (s *Squid) Users(part string) []string {
	const url, user = 6, 7 // columns of squid's native format
	var users []string
	for line := range strings.Lines(contents(filepath.Join(s.dir, "access.log"))) {
		columns := strings.Fields(line)
		if len(columns) > user && strings.Contains(columns[url], part) {
			users = append(users, columns[user])
		}
	}
	return users
}

// Stop ends it and removes its folder.
func (s *Squid) Stop() error { return errors.Join(s.process.stop(), os.RemoveAll(s.dir)) }

func giveTo(name, dir string) error {
	u, err := user.Lookup(name)
	if err != nil {
		return err
	}
	uid, err := strconv.Atoi(u.Uid)
	if err != nil {
		return err
	}
	gid, err := strconv.Atoi(u.Gid)
	if err != nil {
		return err
	}
	return os.Chown(dir, uid, gid)
}
