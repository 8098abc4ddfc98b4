package httpauth

import "github.com/wualab/wualab/transcript"

// DecodeForTranscript is a [transcript.Decoder].
func DecodeForTranscript(header, value string) []transcript.Token { return nil }

var _ transcript.Decoder = DecodeForTranscript
