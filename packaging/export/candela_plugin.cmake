# candela_plugin(NAME SOURCES ... [LIBRARIES ...]): a shared object that a service of the same candela can load.
#
# CANDELA_PLUGIN makes CANDELA_STAGE leave the descriptor that the loader looks for. Only that descriptor is visible, and
# nothing is marked as unique to the process (GCC's default), which would keep the object from ever being unloaded.
function(candela_plugin name)
  cmake_parse_arguments(PARSE_ARGV 1 plugin "" "" "SOURCES;LIBRARIES")
  add_library(${name} MODULE ${plugin_SOURCES})
  target_link_libraries(${name} PRIVATE candela::shared ${plugin_LIBRARIES})
  target_compile_definitions(${name} PRIVATE CANDELA_PLUGIN=1)
  target_compile_options(${name} PRIVATE $<$<CXX_COMPILER_ID:GNU>:-fno-gnu-unique>)
  set_target_properties(${name} PROPERTIES PREFIX "" CXX_EXTENSIONS OFF
    CXX_VISIBILITY_PRESET hidden VISIBILITY_INLINES_HIDDEN ON)
endfunction()
