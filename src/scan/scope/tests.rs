//! Claims about what a change puts in scope.
