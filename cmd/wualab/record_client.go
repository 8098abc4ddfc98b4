package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/wualab/wualab/authority"
	"github.com/wualab/wualab/har"
	"github.com/wualab/wualab/recording"
)

// folderOf is the folder of a file.
func folderOf(path string) string { return filepath.Dir(path) }

// config makes what recording.Start wants.
func (r *recorder) config() (cfg recording.Config, err error) {
	f := &r.flags
	cfg = recording.Config{Upstream: r.upstream, UpstreamProxy: f.proxy, TLS: f.tls, Intercept: f.intercepts, Bodies: r.bodies, Idle: f.idle}
	if cfg.Addr, err = listenAddress(f.listen); err != nil {
		return cfg, usage(fmt.Sprintf("--listen %s: %v", f.listen, err), "want PORT or ADDRESS:PORT, such as 8080")
	}
	if f.verbose {
		cfg.Ended = r.live
	}
	if f.tls || len(f.intercept) > 0 {
		const life = 390 * 24 * time.Hour // some clients refuse longer ones
		cfg.Authority = authority.New(authority.Config{From: r.began.Add(-24 * time.Hour), Until: r.began.Add(life), Outside: true})
		if err := r.exportCA(cfg.Authority); err != nil {
			return cfg, couldNotRun(fmt.Errorf("--export-ca: %w", err), "")
		}
	}
	cfg.ServerTLS, err = r.serverTLS()
	return cfg, err
}

// exportCA writes the certificate that clients must trust; for --exec where nobody else
// looks.
func (r *recorder) exportCA(ca *authority.Authority) error {
	text, err := ca.PEM()
	if err != nil {
		return err
	}
	if r.caFile = r.flags.exportCA; r.caFile == "" {
		if r.flags.exec == "" {
			return nil
		}
		r.caFile = r.bodies.Path("ca.pem")
		if r.caFile, err = filepath.Abs(r.caFile); err != nil {
			return err
		}
	}
	return os.WriteFile(r.caFile, text, 0o644)
}

// serverTLS says which servers are trusted.
func (r *recorder) serverTLS() (*tls.Config, error) {
	f := &r.flags
	config := &tls.Config{InsecureSkipVerify: f.insecure}
	if f.upstreamCA == "" {
		return config, nil
	}
	text, err := os.ReadFile(f.upstreamCA)
	if err != nil {
		return nil, couldNotRun(fmt.Errorf("--upstream-ca: %w", err), "")
	}
	config.RootCAs = x509.NewCertPool()
	if !config.RootCAs.AppendCertsFromPEM(text) {
		return nil, usage("--upstream-ca: "+f.upstreamCA+" has no certificate in PEM", "it begins with -----BEGIN CERTIFICATE-----")
	}
	return config, nil
}

// url is how clients write the recorder's address.
func (r *recorder) url(addr string) string {
	if r.flags.tls {
		return "https://" + addr
	}
	return "http://" + addr
}

// banner tells where the client is to be pointed.
func (r *recorder) banner(addr string) {
	var out strings.Builder
	fmt.Fprintf(&out, "recording %s at %s, to %s\n", r.source(), addr, r.place.File)
	if r.flags.exec == "" {
		switch ca := ""; {
		case r.upstream != nil:
			fmt.Fprintf(&out, "\nAsk it in place of %s:\n  curl -O %s/...\n", r.flags.upstream, r.url(addr))
		default:
			if r.caFile != "" {
				ca = " --cacert " + quote(r.caFile)
			}
			fmt.Fprintf(&out, "\nMake it the client's proxy:\n  curl -O -x http://%s%s http://...\n  netsh winhttp set proxy %[1]s\n", addr, ca)
		}
		if (r.flags.tls || len(r.flags.intercept) > 0) && r.caFile == "" {
			out.WriteString("\nClients must trust the certificate that --export-ca FILE writes.\n")
		}
		if r.flags.duration == 0 {
			out.WriteString("\nCtrl-C ends it and writes the file.\n")
		}
	}
	fmt.Fprintf(r.out, "%s\n", out.String())
	if offLoopback(addr) {
		fmt.Fprintf(r.err, "wualab: warning: the recorder listens at %s, so other computers reach it and, through it, what this one reaches\n", addr)
	}
}

// wait waits for the end: of the client, of the time, or a signal.
func (r *recorder) wait(ctx context.Context, addr string) ended {
	if r.flags.duration > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, r.flags.duration)
		defer cancel()
	}
	if r.flags.exec != "" {
		return r.runClient(ctx, r.flags.exec, r.environment(addr), r.flags.duration)
	}
	<-ctx.Done()
	return ended{how: howEnded(ctx, r.flags.duration)}
}

// environment tells a client where the recorder is: WUALAB_URL and WUALAB_ADDR, and
// http_proxy and https_proxy where it is a proxy.
func (r *recorder) environment(addr string) []string {
	env := append(withoutProxies(os.Environ()), "WUALAB_URL="+r.url(addr), "WUALAB_ADDR="+addr)
	if r.upstream == nil {
		env = append(env, "http_proxy=http://"+addr, "https_proxy=http://"+addr)
	}
	if r.caFile != "" {
		env = append(env, "WUALAB_CA_FILE="+r.caFile)
	}
	return env
}

// summary tells what was written.
func (r *recorder) summary(story *recording.Story) {
	fmt.Fprintf(r.out, "wrote %s: %s\n", r.place.File, story.Summary())
	for _, text := range story.LeftOut() {
		fmt.Fprintf(r.out, "  left out: %s\n", text)
	}
	fmt.Fprintf(r.out, "replay: wualab run %s\n        wualab serve %[1]s\n", quote(r.place.File))
}

// convert makes the scenario file of a HAR.
func (r *recorder) convert(reports []*output) error {
	f, err := os.Open(r.flags.fromHAR)
	if err != nil {
		return couldNotRun(err, "browsers export such files from their network tools")
	}
	defer f.Close()
	archive, err := har.Read(f, r.flags.fromHAR)
	if err != nil {
		return &exit{code: exitBadScenario, err: err, hint: "it must be a HAR 1.2, as browsers export it"}
	}
	record, origins, err := recording.FromArchive(archive, r.bodies)
	if err != nil {
		return couldNotRun(fmt.Errorf("%s: %w", r.flags.fromHAR, err), "")
	}
	return r.write(record, origins, reports)
}
