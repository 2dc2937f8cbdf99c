# Has the gate watch a function.
mkdir -p checks
grep -qx "$1" checks/watched 2>/dev/null || echo "$1" >> checks/watched
