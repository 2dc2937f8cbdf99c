make_spool() {
    mkdir -p /var/spool/courier
    chmod 777 /var/spool/courier
}

make_log() {
    touch /var/log/courier.log
    chmod 640 /var/log/courier.log
}
