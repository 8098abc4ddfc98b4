// Package content is what fakeserver serves when nothing is wrong: files that are
// generated from size and seed, given as bytes or read from disk, with the
// validators, conditions and ranges of RFC 9110 as an IIS 6.0 of its time answers
// them. Package quirks bends its answers through [OnResource] and [OnAnswer]; a
// judge compares what a client received with [Generated].
//
// It follows RFC 9110 13 and 14, and MC-BUP 3.5.5 where that asks for more: parts
// stand in the order in which they were asked for and are not merged.
// http.ServeContent would not do: ranges that are together longer than the file it
// answers with 200.
//
// [Handler] is what most users need.
package content
