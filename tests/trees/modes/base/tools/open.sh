# Opens the mode in one function again.
sed "/^$2() {/,/^}/s/chmod 77[0-9]/chmod 777/" "$1" > "$1.new" && mv "$1.new" "$1"
