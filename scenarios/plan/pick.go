package plan

import (
	"fmt"
	"slices"
	"strings"
)

// Pick gives the one cell that want names: its id, what stands in the brackets of the
// id, or some of that, as "level=0" or "level=0,case=ntlm". "" is the only cell of a
// file without a matrix. No cell, or more than one, is an error that lists them.
func (f *File) Pick(want string) (*Cell, error) {
	fits := f.Fits(want)
	switch {
	case len(fits) == 1:
		return fits[0], nil
	case len(fits) == 0:
		return nil, fmt.Errorf("%s has no cell %q; it has %s", f.ID, want, cellIDs(f.Cells))
	case want == "":
		return nil, fmt.Errorf("%s has %d cells, of which one must be named: %s", f.ID, len(fits), cellIDs(fits))
	}
	return nil, fmt.Errorf("%q fits %d cells of %s: %s", want, len(fits), f.ID, cellIDs(fits))
}

// Fits gives the cells that want names, as in [File.Pick]; all for "".
func (f *File) Fits(want string) []*Cell {
	fits := slices.Clone(f.Cells)
	if want != "" {
		fits = slices.DeleteFunc(fits, func(c *Cell) bool { return !c.fits(want) })
	}
	return fits
}

// fits reports whether a cell is the one that want names, or has the values of axes
// that it lists.
func (c *Cell) fits(want string) bool {
	if c.ID == want {
		return true
	}
	for _, pair := range strings.Split(want, ",") {
		axis, value, ok := strings.Cut(strings.TrimSpace(pair), "=")
		if !ok || !slices.Contains(c.Axes, AxisValue{Axis: axis, Name: value}) {
			return false
		}
	}
	return true
}

// cellIDs lists what tells cells apart, the first ones of many.
func cellIDs(cells []*Cell) string {
	const most = 8
	var ids []string
	for i, c := range cells {
		if i == most {
			ids = append(ids, fmt.Sprintf("and %d more", len(cells)-most))
			break
		}
		var axes []string
		for _, a := range c.Axes {
			axes = append(axes, a.Axis+"="+a.Name)
		}
		if len(axes) == 0 {
			return "one cell, without axes"
		}
		ids = append(ids, strings.Join(axes, ","))
	}
	return strings.Join(ids, "; ")
}
