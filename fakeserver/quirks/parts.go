package quirks

import (
	"cmp"
	"net/http"
	"slices"

	"github.com/wualab/wualab/behaviour"
	"github.com/wualab/wualab/fakeserver/byterange"
	"github.com/wualab/wualab/fakeserver/content"
)

const partsSource = "MC-BUP 3.5.5 and 3.6.5; RFC 9110 14.6, 15.3.7"

func singleRangeForMulti() behaviour.Definition {
	return behaviour.Definition{
		Name:    "single-range-for-multi",
		Help:    "Answers a request for several ranges with the first one only, not as multipart.",
		Source:  partsSource,
		Example: "{single-range-for-multi: {}}",
		New: func(behaviour.Args) (behaviour.Middleware, error) {
			return onRanges("single-range-for-multi", func(_ *http.Request, a *content.Answer) bool {
				if len(a.Parts) < 2 {
					return false
				}
				a.Parts, a.Multipart = a.Parts[:1], false
				return true
			})
		},
	}
}

func multipartForOne() behaviour.Definition {
	return behaviour.Definition{
		Name:    "multipart-for-one",
		Help:    "Answers a request for one range as multipart/byteranges with one part.",
		Source:  partsSource,
		Example: "{multipart-for-one: {}}",
		New: func(behaviour.Args) (behaviour.Middleware, error) {
			return onRanges("multipart-for-one", func(_ *http.Request, a *content.Answer) bool {
				if len(a.Parts) != 1 || a.Status != http.StatusPartialContent || a.Multipart {
					return false
				}
				a.Multipart = true
				return true
			})
		},
	}
}

func reorderedParts() behaviour.Definition {
	return behaviour.Definition{
		Name:    "reordered-parts",
		Help:    "Sends the parts of a multipart answer in another order than they were asked for.",
		Source:  partsSource,
		Example: "{reordered-parts: {order: sorted}}",
		Params: []behaviour.Param{{
			Name: "order", Type: behaviour.Enum, Default: "reverse", Enum: []string{"reverse", "sorted"},
			Help: "reverse: the last one first. sorted: by their place in the file.",
		}},
		New: func(args behaviour.Args) (behaviour.Middleware, error) {
			sorted := args.String("order") == "sorted"
			return onRanges("reordered-parts", func(_ *http.Request, a *content.Answer) bool {
				before := slices.Clone(a.Parts)
				if sorted {
					sortParts(a.Parts)
				} else {
					slices.Reverse(a.Parts)
				}
				return !slices.Equal(before, a.Parts)
			})
		},
	}
}

func sortParts(parts []content.Part) {
	slices.SortStableFunc(parts, func(a, b content.Part) int { return cmp.Compare(a.First, b.First) })
}

func mergedParts() behaviour.Definition {
	return behaviour.Definition{
		Name: "merged-parts",
		Help: "Sorts the ranges of a request and joins those that overlap or touch, which RFC 9110 allows and BITS refuses.",
		Source: "BITS documentation, BITS Return Values (BG_E_INVALID_SERVER_RESPONSE: merged overlapping ranges); " +
			"RFC 9110 15.3.7.2",
		Example: "{merged-parts: {gap: 80B}}",
		Params: []behaviour.Param{{
			Name: "gap", Type: behaviour.Size, Help: "Joins ranges also with at most so many bytes between them.",
		}},
		New: func(args behaviour.Args) (behaviour.Middleware, error) {
			gap := args.Size("gap")
			return onRanges("merged-parts", func(_ *http.Request, a *content.Answer) bool {
				before := len(a.Parts)
				merge(a, gap)
				return len(a.Parts) < before
			})
		},
	}
}

func merge(a *content.Answer, gap int64) {
	parts := slices.Clone(a.Parts)
	sortParts(parts)
	var joined []byterange.Range
	for _, part := range parts {
		if n := len(joined); n > 0 && part.First-joined[n-1].Last-1 <= gap {
			joined[n-1].Last = max(joined[n-1].Last, part.Last)
			continue
		}
		joined = append(joined, part.Range)
	}
	if len(joined) == len(parts) {
		return
	}
	a.Parts = nil
	for _, r := range joined {
		a.Add(r)
	}
	a.Multipart = len(joined) > 1
}
