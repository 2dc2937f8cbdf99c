make_spool() {
    mkdir -p /var/spool/courier
    chmod 770 /var/spool/courier
}

make_log() {
    touch /var/log/courier.log
    chmod 640 /var/log/courier.log
}

make_socket() {
    mkdir -p /run/courier
    chmod 777 /run/courier
}

make_scratch() {
    mkdir -p /tmp/courier
    chmod 777 /tmp/courier
}
