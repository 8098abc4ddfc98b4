package client

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"net/http"
	"net/url"
	"strconv"
	"strings"
)

// Streamed is an entry of the transcript that does not change any more, with its place
// in the stream.
type Streamed struct {
	ID int // to go on after, see Follow
	Entry
}

// ErrMissed is wrapped by the error of Follow that tells of entries which the server has
// no room for any more; the stream goes on.
var ErrMissed = errors.New("the transcript has lost entries")

// Follow gives the entries of the transcript as they come to their end, after the one
// with the id after; -1 begins now. It ends with ctx and with the server. An error that
// wraps ErrMissed does not end it, any other does.
func (c *Client) Follow(ctx context.Context, after int) iter.Seq2[Streamed, error] {
	return func(yield func(Streamed, error) bool) {
		r := request{method: http.MethodGet, path: "/v1/transcript/stream", query: url.Values{}}
		if after >= 0 {
			r.query.Set("after", strconv.Itoa(after))
		}
		resp, err := c.send(ctx, r)
		if err != nil {
			yield(Streamed{}, err)
			return
		}
		defer resp.Body.Close()
		if err := readStream(resp.Body, yield); err != nil && ctx.Err() == nil {
			yield(Streamed{}, err)
		}
	}
}

// readStream reads server-sent events (WHATWG HTML 9.2.6) until the end, or until yield
// wants no more.
func readStream(r io.Reader, yield func(Streamed, error) bool) error {
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, 16<<20)
	var name, data, id string
	for lines.Scan() {
		field, value, _ := strings.Cut(lines.Text(), ":")
		value = strings.TrimPrefix(value, " ")
		switch {
		case lines.Text() == "" && data != "":
			one, err := decodeStreamed(name, data, id)
			if !yield(one, err) {
				return nil
			}
			name, data = "", ""
		case field == "event":
			name = value
		case field == "data":
			data += value
		case field == "id":
			id = value
		}
	}
	return lines.Err()
}

func decodeStreamed(name, data, id string) (one Streamed, err error) {
	if name == "missed" {
		return one, fmt.Errorf("%w: %s", ErrMissed, data)
	}
	if one.ID, err = strconv.Atoi(id); err != nil {
		return one, fmt.Errorf("the stream's id: %w", err)
	}
	return one, json.Unmarshal([]byte(data), &one.Entry)
}
