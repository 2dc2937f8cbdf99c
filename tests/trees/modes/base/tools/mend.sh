# Closes the mode on one line.
sed "$2s/chmod 777/chmod 770/" "$1" > "$1.new" && mv "$1.new" "$1"
