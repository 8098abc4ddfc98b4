//go:build linux

package peer

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// Nginx is a plain nginx that serves files, with ranges.
type Nginx struct {
	dir, addr string
	process   *process
}

const nginxConfig = `worker_processes 1;
daemon off;
pid %[1]s/pid;
error_log stderr;
events {}
http {
  default_type application/octet-stream;
  access_log %[1]s/access.log;
  client_body_temp_path %[1]s/body;
  proxy_temp_path %[1]s/proxy;
  fastcgi_temp_path %[1]s/fastcgi;
  uwsgi_temp_path %[1]s/uwsgi;
  scgi_temp_path %[1]s/scgi;
  server {
    listen %[2]s;
    root %[1]s/www;
  }
}
`

// StartNginx serves the files, whose names have no folders.
func StartNginx(files map[string][]byte) (*Nginx, error) {
	dir, err := folder("nginx")
	if err != nil {
		return nil, err
	}
	n := &Nginx{dir: dir}
	if err := n.start(files); err != nil {
		return nil, errors.Join(err, n.Stop())
	}
	return n, nil
}

func (n *Nginx) start(files map[string][]byte) error {
	port, err := freePort()
	if err != nil {
		return err
	}
	n.addr = loopback(port)
	config := filepath.Join(n.dir, "nginx.conf")
	if err := os.WriteFile(config, fmt.Appendf(nil, nginxConfig, n.dir, n.addr), 0o644); err != nil {
		return err
	}
	if err := os.Mkdir(filepath.Join(n.dir, "www"), 0o755); err != nil {
		return err
	}
	for name, content := range files {
		if err := os.WriteFile(filepath.Join(n.dir, "www", name), content, 0o644); err != nil {
			return err
		}
	}
	n.process, err = start(command{program: "nginx", args: []string{"-e", "stderr", "-p", n.dir, "-c", config}}, n.dir,
		func() error { return answers("tcp", n.addr) })
	return err
}

// Addr is where it listens, host:port.
func (n *Nginx) Addr() string { return n.addr }

// AccessLog is what nginx has logged, a line a request.
func (n *Nginx) AccessLog() string { return contents(filepath.Join(n.dir, "access.log")) }

// Stop ends it and removes its folder.
func (n *Nginx) Stop() error { return errors.Join(n.process.stop(), os.RemoveAll(n.dir)) }

func contents(file string) string {
	text, err := os.ReadFile(file)
	if err != nil {
		return err.Error()
	}
	return string(text)
}
