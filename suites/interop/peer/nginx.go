//go:build linux

package peer

import (
	"crypto/x509"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// Nginx is a plain nginx that serves files, with ranges, over HTTP and over TLS
// with a certificate of its own.
type Nginx struct {
	dir, addr, tlsAddr string
	lines              string // of its configuration that not all have
	roots              *x509.CertPool
	process            *process
}

const nginxConfig = `worker_processes 1;
daemon off;
pid %[1]s/pid;
error_log stderr;
events {}
http {
  default_type application/octet-stream;
  sendfile on;
  %[4]s
  client_body_temp_path %[1]s/body;
  proxy_temp_path %[1]s/proxy;
  fastcgi_temp_path %[1]s/fastcgi;
  uwsgi_temp_path %[1]s/uwsgi;
  scgi_temp_path %[1]s/scgi;
  server {
    listen %[2]s;
    listen %[3]s ssl;
    ssl_certificate %[1]s/certificate.pem;
    ssl_certificate_key %[1]s/key.pem;
    root %[1]s/www;
  }
}
`

// StartNginx serves the files, whose names have no folders.
func StartNginx(files map[string][]byte) (*Nginx, error) {
	return startNginx(files, "access_log %s/access.log;")
}

// StartNginxForLoad is StartNginx without nginx's access log, and connections last.
func StartNginxForLoad(files map[string][]byte) (*Nginx, error) {
	return startNginx(files, "access_log off; keepalive_requests 1000000000;")
}

func startNginx(files map[string][]byte, lines string) (*Nginx, error) {
	dir, err := folder("nginx")
	if err != nil {
		return nil, err
	}
	n := &Nginx{dir: dir, lines: strings.ReplaceAll(lines, "%s", dir)}
	if err := n.start(files); err != nil {
		return nil, errors.Join(err, n.Stop())
	}
	return n, nil
}

func (n *Nginx) start(files map[string][]byte) (err error) {
	if n.roots, err = selfSign(n.dir); err != nil {
		return fmt.Errorf("nginx: its certificate: %w", err)
	}
	if err := n.configure(files); err != nil {
		return fmt.Errorf("nginx: %w", err)
	}
	args := []string{"-e", "stderr", "-p", n.dir, "-c", filepath.Join(n.dir, "nginx.conf")}
	n.process, err = start(command{program: "nginx", args: args}, n.dir, func() error {
		return errors.Join(answers("tcp", n.addr), answers("tcp", n.tlsAddr))
	})
	return err
}

func (n *Nginx) configure(files map[string][]byte) error {
	for _, addr := range []*string{&n.addr, &n.tlsAddr} {
		port, err := freePort()
		if err != nil {
			return err
		}
		*addr = loopback(port)
	}
	config := fmt.Appendf(nil, nginxConfig, n.dir, n.addr, n.tlsAddr, n.lines)
	if err := os.WriteFile(filepath.Join(n.dir, "nginx.conf"), config, 0o644); err != nil {
		return err
	}
	return webFolder(n.dir, files)
}

// AddSparse serves one more file, of zeros that take no room on the disk.
func (n *Nginx) AddSparse(name string, size int64) error {
	f, err := os.Create(filepath.Join(n.dir, "www", name))
	if err != nil {
		return err
	}
	return errors.Join(f.Truncate(size), f.Close())
}

// Addr is where it listens for HTTP, host:port.
func (n *Nginx) Addr() string { return n.addr }

// Group is the process group of nginx and its worker.
func (n *Nginx) Group() int { return n.process.cmd.Process.Pid }

// TLSAddr is where it listens for HTTP over TLS, host:port.
func (n *Nginx) TLSAddr() string { return n.tlsAddr }

// Roots is what its certificate is trusted by.
func (n *Nginx) Roots() *x509.CertPool { return n.roots }

// CertificateFile has its certificate in PEM.
func (n *Nginx) CertificateFile() string { return filepath.Join(n.dir, "certificate.pem") }

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
