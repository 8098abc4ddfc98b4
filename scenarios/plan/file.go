package plan

// File is a loaded scenario file. It is not changed after Load and safe for
// concurrent reading.
type File struct {
	Path   string
	ID     string
	Title  string
	Level  Level // the strictest of the cells'
	Source []byte
	// Cells has at least one element, in the order of the matrix: the last
	// axis varies fastest.
	Cells []*Cell
}

// Cell is one run of a scenario: its file with one value for each axis.
type Cell struct {
	// ID is the file's id, and for a matrix "[axis=value,...]" in the order of
	// the axes.
	ID   string
	Axes []AxisValue
	// Scenario has the axes filled in, and only the steps and expectations that
	// apply to the cell. Its Matrix is the file's.
	Scenario *Scenario
}

// AxisValue is what an axis is in a cell: the scalar's text, or the mapping's
// name.
type AxisValue struct{ Axis, Name string }

// Matrix is the axes of a file, in its order, and the combinations left out.
type Matrix struct {
	Pos     Pos
	Axes    []Axis
	Exclude []When
}

// Axis is one axis of a matrix with the names of its values.
type Axis struct {
	Pos   Pos
	Name  string
	Names []string
}
