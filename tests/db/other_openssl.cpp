// A library with a TLS function that is not the one which this process calls.
extern "C" __attribute__((visibility("default"))) int SSL_read() { return 0; }
