# Prints path, line, function and code of every `chmod 777` in the functions of shell scripts.
FNR == 1 { name = "" }
/^[a-z_]+\(\) \{$/ { name = substr($1, 1, length($1) - 2) }
/^ +chmod 777 / {
    code = $0
    sub(/^ +/, "", code)
    printf "%s\t%d\t%s\t%s\n", FILENAME, FNR, name, code
}
