package timelimit

// Spent is the time that counts.
var Spent = spent
