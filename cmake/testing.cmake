# deskbell_test(NAME SOURCES… LIBRARIES…): a Boost.Test program `bin/test-NAME`, run by CTest
# (under Node for WebAssembly).

add_library(deskbell_test_support STATIC ${CMAKE_SOURCE_DIR}/tests/support/test_main.cpp
            ${CMAKE_SOURCE_DIR}/tests/support/loopback.cpp)
target_link_libraries(deskbell_test_support PUBLIC deskbell_core PRIVATE deskbell_warnings)
deskbell_compile_quickly(deskbell_test_support)
deskbell_precompile(deskbell_test_support <boost/test/unit_test.hpp>)
# It tells Boost.Test what to be, before it includes it.
set_source_files_properties(${CMAKE_SOURCE_DIR}/tests/support/test_main.cpp PROPERTIES
  SKIP_PRECOMPILE_HEADERS ON)
if(EMSCRIPTEN)
  target_compile_definitions(deskbell_test_support PUBLIC BOOST_TEST_DISABLE_ALT_STACK)
  # The native build of the same tests looks after conversions; size_t has 32 bits here.
  target_compile_options(deskbell_test_support PUBLIC -Wno-shorten-64-to-32)
endif()

# Makes a program run under Node: compiled at once, for the glue of 3.1.6 would fetch a path where
# Node has `fetch`; `.cjs`, for the package around it is one of modules. SQLite's VFS is the page
# store's. Linked without Binaryen's passes, which would take a minute or two for each program.
# Nothing to do natively.
function(deskbell_node_program target)
  if(NOT EMSCRIPTEN)
    return()
  endif()
  set_target_properties(${target} PROPERTIES SUFFIX .cjs)
  target_link_options(${target} PRIVATE -O1 -sENVIRONMENT=node -sALLOW_MEMORY_GROWTH=1
                      -sEXIT_RUNTIME=1 -sTOTAL_STACK=1MB -sNODERAWFS=1
                      -sWASM_ASYNC_COMPILATION=0)
endfunction()

function(deskbell_test name)
  cmake_parse_arguments(TEST "" "" "SOURCES;LIBRARIES" ${ARGN})
  add_executable(test-${name} ${TEST_SOURCES})
  if(CMAKE_BUILD_TYPE STREQUAL "RelWithDebInfo")
    # A test's own lines run once.
    target_compile_options(test-${name} PRIVATE -O0)
  endif()
  deskbell_compile_quickly(test-${name})
  if(DESKBELL_SANITIZE)
    target_compile_definitions(test-${name} PRIVATE DESKBELL_SANITIZE)
  endif()
  target_link_libraries(test-${name} PRIVATE deskbell_warnings deskbell_test_support ${TEST_LIBRARIES})
  deskbell_precompile_as(test-${name} deskbell_test_support)
  deskbell_node_program(test-${name})
  add_test(NAME ${name} COMMAND test-${name} --report_level=short)
endfunction()
