package quirks

import (
	"github.com/wualab/wualab/behaviour"
	"github.com/wualab/wualab/behaviour/answers"
)

func noAcceptRanges() behaviour.Definition {
	return behaviour.Definition{
		Name:    "no-accept-ranges",
		Help:    "Leaves Accept-Ranges out, as a filter on the way may. Ranges still work.",
		Source:  "RFC 9110 14.3: the field is optional",
		Example: "{no-accept-ranges: {}}",
		New: func(behaviour.Args) (behaviour.Middleware, error) {
			return answers.Without("no-accept-ranges", "Accept-Ranges"), nil
		},
	}
}

func noLastModified() behaviour.Definition {
	return behaviour.Definition{
		Name:    "no-last-modified",
		Help:    "Leaves Last-Modified out, so that the client does not learn the file's stamp.",
		Source:  "MC-BUP 3.6 (timestamp UNKNOWN)",
		Example: "{no-last-modified: {}}",
		New: func(behaviour.Args) (behaviour.Middleware, error) {
			return answers.Without("no-last-modified", "Last-Modified"), nil
		},
	}
}
