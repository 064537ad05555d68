# hiredis, which speaks to Redis. Only its headers are needed here: a service loads the library when its store is Redis.
# From 1.0 on its structures are others.
pkg_check_modules(hiredis REQUIRED IMPORTED_TARGET hiredis>=0.14 hiredis<1.0)
