//go:build race

package timelimit

// slowdown is how much longer work takes with the race detector: "execution time by
// 2-20×" (Go documentation: Data Race Detector, Runtime Overhead).
const slowdown = 20
