package scenarios

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"strings"

	"github.com/wualab/wualab/agent/bits"
	"github.com/wualab/wualab/fakeserver"
	"github.com/wualab/wualab/hresult"
	"github.com/wualab/wualab/scenarios/plan"
)

func shortContext(c hresult.ErrorContext) string {
	return strings.TrimPrefix(c.String(), "BG_ERROR_CONTEXT_")
}

// content judges the bytes on the PC's disk against what the servers have.
func (j *judge) content(e *plan.ExpectJob, job *bits.Job, about string) {
	if e.Content.Set {
		got, detail := j.w.compare(job)
		check(j, e.Content, about+"content", detail, func(want plan.Content) bool { return want == got })
	}
	if e.SHA256.Set {
		sum, err := hashFile(job.Files()[0].Path())
		if err != nil {
			sum = err.Error()
		}
		check(j, e.SHA256, about+"SHA-256 of the first file", sum, func(want string) bool { return strings.EqualFold(want, sum) })
	}
}

// compare tells how the job's files compare with the servers', the worst
// first, in words.
func (w *world) compare(job *bits.Job) (plan.Content, string) {
	for _, f := range job.Files() {
		compare := w.compareFile
		if job.Type() != bits.Download {
			compare = w.compareUpload
		}
		kind, detail := compare(f)
		if kind != plan.Identical {
			return kind, detail
		}
	}
	return plan.Identical, "identical"
}

func (w *world) compareFile(f *bits.File) (plan.Content, string) {
	have, err := os.Open(f.Path())
	if errors.Is(err, fs.ErrNotExist) {
		return plan.Missing, f.LocalName() + " is absent"
	}
	if err != nil {
		return plan.Missing, err.Error()
	}
	defer func() { _ = have.Close() }()
	info, err := have.Stat()
	if err != nil || info.IsDir() {
		return plan.Missing, f.LocalName() + " is absent"
	}
	want, size, err := w.original(w.sources[f])
	if err != nil {
		return plan.Different, err.Error()
	}
	expected, length := wanted(f, want, size)
	if info.Size() != length {
		return plan.Different, fmt.Sprintf("%s has %d bytes, what is wanted of the server's file %d", f.LocalName(), info.Size(), length)
	}
	if at := firstDifference(have, expected); at >= 0 {
		return plan.Different, fmt.Sprintf("%s differs from the server's file at byte %d", f.LocalName(), at)
	}
	return plan.Identical, "identical"
}

// wanted gives the bytes that the job wants of a server's file.
func wanted(f *bits.File, file io.ReaderAt, size int64) (io.Reader, int64) {
	var parts []io.Reader
	var length int64
	for _, r := range f.Ranges() {
		from, n := int64(r.InitialOffset), int64(r.Length)
		if r.Length == bits.LengthToEOF {
			n = size - from
		}
		parts, length = append(parts, io.NewSectionReader(file, from, n)), length+n
	}
	return io.MultiReader(parts...), length
}

// original gives the file of a server as the scenario describes it now.
func (w *world) original(s source) (io.ReaderAt, int64, error) {
	server := w.plan.Server(s.server)
	if server == nil {
		return nil, 0, fmt.Errorf("the job's URL names no server of the scenario")
	}
	for _, f := range slices.Backward(slices.Concat(server.Files, w.changed[s.server])) {
		if f.Path != s.path {
			continue
		}
		if !f.From.Set {
			return fakeserver.Content(f.Size.Value, f.Seed.Value), f.Size.Value, nil
		}
		root, err := os.OpenRoot(w.base)
		if err != nil {
			return nil, 0, err
		}
		data, err := fs.ReadFile(root.FS(), f.From.Value)
		return bytes.NewReader(data), int64(len(data)), errors.Join(err, root.Close())
	}
	return nil, 0, fmt.Errorf("server %s has no file %s", s.server, s.path)
}

// firstDifference gives the offset of the first byte that differs, or -1.
func firstDifference(a, b io.Reader) int64 {
	var at int64
	bufA, bufB := make([]byte, 32<<10), make([]byte, 32<<10)
	for {
		n, errA := io.ReadFull(a, bufA)
		m, _ := io.ReadFull(b, bufB)
		if !bytes.Equal(bufA[:n], bufB[:m]) {
			for i := range min(n, m) {
				if bufA[i] != bufB[i] {
					return at + int64(i)
				}
			}
			return at + int64(min(n, m))
		}
		if errA != nil {
			return -1
		}
		at += int64(n)
	}
}

func hashFile(name string) (string, error) {
	f, err := os.Open(name)
	if err != nil {
		return "", err
	}
	defer func() { _ = f.Close() }()
	sum := sha256.New()
	_, err = io.Copy(sum, f)
	return hex.EncodeToString(sum.Sum(nil)), err
}
