# libpq, which opens and secures connections to PostgreSQL. Only its header is needed here: a service loads the library when
# its database is PostgreSQL. We go on over its TLS sessions, so it must use our OpenSSL: both come from one prefix.
pkg_check_modules(libpq REQUIRED IMPORTED_TARGET libpq)
pkg_get_variable(libpq_prefix libpq prefix)
cmake_path(IS_PREFIX libpq_prefix "${OPENSSL_INCLUDE_DIR}" NORMALIZE libpq_fits)
if(NOT libpq_fits)
  message(FATAL_ERROR "libpq comes from ${libpq_prefix}, but OpenSSL from ${OPENSSL_INCLUDE_DIR}: they must be a pair")
endif()
