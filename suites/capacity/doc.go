// Package capacity opens many connections at the fakes, one after the other and at the
// same time, and slow ones, and sees that nothing is left of them: goroutines, file
// descriptors and memory are as before, and the next good client is served.
//
// "make capacity" opens 100,000, "make test" fewer.
package capacity
