//go:build !race

package timelimit

const slowdown = 1
