package bits

import "testing"

func TestStalls(t *testing.T) {
	s := stalls{done: 100}
	for i := 1; i < maxStalls; i++ {
		if s.tooMany(100) {
			t.Fatalf("%d requests are too many", i)
		}
	}
	if s.tooMany(101) {
		t.Error("a request that brought a byte is one too many")
	}
	for i := 1; i < maxStalls; i++ {
		if s.tooMany(101) {
			t.Fatalf("%d requests after progress are too many", i)
		}
	}
	if !s.tooMany(101) {
		t.Errorf("%d requests without progress go on", maxStalls)
	}
}
