# libcandela: every room's objects, once as an archive and once shared (what loads plugins links the shared one).
include(candela_build_id)

get_property(room_targets GLOBAL PROPERTY CANDELA_ROOM_TARGETS)
get_property(room_libraries GLOBAL PROPERTY CANDELA_ROOM_LIBRARIES)
list(REMOVE_DUPLICATES room_libraries)
set(room_objects ${CANDELA_LLHTTP_OBJECTS} $<TARGET_OBJECTS:candela_build_id>)
foreach(target IN LISTS room_targets)
  list(APPEND room_objects $<TARGET_OBJECTS:${target}>)
endforeach()

# llhttp is either among the objects or a library of the system; its own target stays inside this tree.
list(REMOVE_ITEM room_libraries candela_llhttp)
list(APPEND room_libraries ${CANDELA_LLHTTP_LIBRARY})

add_library(candela STATIC ${room_objects})
add_library(candela_shared SHARED ${room_objects})
foreach(library candela candela_shared)
  set_target_properties(${library} PROPERTIES LINKER_LANGUAGE CXX OUTPUT_NAME candela)
  target_include_directories(${library} PUBLIC
    $<BUILD_INTERFACE:${CMAKE_BINARY_DIR}/include> $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
  target_compile_features(${library} PUBLIC cxx_std_23)
  target_link_libraries(${library} PRIVATE $<BUILD_INTERFACE:candela_flags> ${room_libraries} Threads::Threads ${CMAKE_DL_LIBS})
endforeach()
set_target_properties(candela PROPERTIES EXPORT_NAME candela)
set_target_properties(candela_shared PROPERTIES EXPORT_NAME shared
  VERSION ${PROJECT_VERSION} SOVERSION ${PROJECT_VERSION_MAJOR}.${PROJECT_VERSION_MINOR})
add_library(candela::candela ALIAS candela)
add_library(candela::shared ALIAS candela_shared)
