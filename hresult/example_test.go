package hresult_test

import (
	"fmt"

	"github.com/wualab/wualab/hresult"
)

func ExampleLookup() {
	h, err := hresult.Parse("-2145386477")
	if err != nil {
		fmt.Println(err)
		return
	}
	info, _ := hresult.Lookup(h)
	class, _, _ := hresult.Classify(h)
	fmt.Println(h, info.Name, class)
	fmt.Println(info.Meaning)
	// Output:
	// 0x80200013 BG_E_INSUFFICIENT_RANGE_SUPPORT fatal
	// the server did not serve the range that was asked for
}
