package agent_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/wualab/wualab/agent"
	"github.com/wualab/wualab/agent/bits"
	"github.com/wualab/wualab/transcript"
)

// BenchmarkDownload is a background job of one file, from its creation until it
// is completed, with and without a record that hashes what comes.
func BenchmarkDownload(b *testing.B) {
	for _, size := range []int{10_000, 300_000, 10_000_000} {
		for _, recorded := range []bool{false, true} {
			b.Run(fmt.Sprintf("bytes=%d/recorded=%t", size, recorded), func(b *testing.B) { download(b, size, recorded) })
		}
	}
}

func download(b *testing.B, size int, recorded bool) {
	content := strings.Repeat("0123456789", size/10)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		http.ServeContent(w, r, "f", time.Unix(0, 0), strings.NewReader(content))
	}))
	defer server.Close()
	var options []agent.Option
	if recorded {
		options = append(options, agent.WithRecorder(transcript.New(transcript.Options{})))
	}
	pc, err := agent.New("xp-sp2", options...)
	if err != nil {
		b.Fatal(err)
	}
	defer pc.Close()
	b.SetBytes(int64(size))
	for i := 0; b.Loop(); i++ {
		job, err := pc.Download(context.Background(), fmt.Sprint(i), server.URL+"/f")
		if err != nil || job.State() != bits.Transferred {
			b.Fatal(job.State(), err)
		}
		if _, err := job.Complete(); err != nil {
			b.Fatal(err)
		}
	}
}
