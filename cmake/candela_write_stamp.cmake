# Run with -P: writes OUTPUT from TEMPLATE with a digest over the public headers below SOURCE_DIR, when it has changed.
file(GLOB_RECURSE headers RELATIVE ${SOURCE_DIR}
  ${SOURCE_DIR}/framework/*.hpp ${SOURCE_DIR}/middleware/*.hpp ${SOURCE_DIR}/handlers/*.hpp)
list(FILTER headers EXCLUDE REGEX "/detail/")
list(SORT headers)
set(digests "")
foreach(header IN LISTS headers)
  file(SHA256 ${SOURCE_DIR}/${header} digest)
  string(APPEND digests "${digest} ${header}\n")
endforeach()
string(SHA256 digest "${digests}")
string(SUBSTRING ${digest} 0 16 CANDELA_HEADERS_DIGEST)
configure_file(${TEMPLATE} ${OUTPUT} @ONLY)
