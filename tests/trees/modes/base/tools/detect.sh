# The detector: findings as JSON.
awk -f tools/open.awk deploy/*.sh | awk -F '\t' '
BEGIN { printf "[" }
{
    printf "%s{\"priority\": \"HIGH\", ", (NR > 1 ? ",\n" : "")
    printf "\"location\": {\"path\": \"%s\", \"line\": %d, \"column\": 5, \"function\": \"%s\"}, ", $1, $2, $3
    printf "\"blocking_call\": {\"category\": \"OPEN_MODE\", \"operation\": \"CHMOD\", \"symbol\": \"chmod 777\"}, "
    printf "\"reason\": \"Everybody may write there.\", \"code\": \"%s\"}", $4
}
END { print "]" }'
