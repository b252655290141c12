# How Deskbell's own code is compiled: every room links `deskbell_warnings`.

find_program(CCACHE_PROGRAM ccache)
if(CCACHE_PROGRAM)
  set(CMAKE_C_COMPILER_LAUNCHER ${CCACHE_PROGRAM})
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE_PROGRAM})
endif()

# Headers of others that most files read are read once for all files of a target, and of those like
# it: half of what clang does for a small file. Each file includes what it needs all the same. (GCC
# takes as long to load what it has precompiled.)
set(DESKBELL_COMMON_HEADERS
  <algorithm> <array> <chrono> <functional> <map> <memory> <nlohmann/json.hpp> <optional> <set>
  <span> <string> <string_view> <utility> <vector>)
if(CMAKE_CXX_COMPILER_ID MATCHES Clang)
  add_compile_options("$<$<COMPILE_LANGUAGE:CXX>:SHELL:-Xclang -fno-pch-timestamp>")
  if(CCACHE_PROGRAM)
    set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env
        CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime
        ${CCACHE_PROGRAM})
  endif()
endif()
# deskbell_precompile(TARGET [HEADER…])
function(deskbell_precompile target)
  if(CMAKE_CXX_COMPILER_ID MATCHES Clang)
    target_precompile_headers(${target} PRIVATE ${DESKBELL_COMMON_HEADERS} ${ARGN})
  endif()
endfunction()
# For a target that is compiled with the same options as another.
function(deskbell_precompile_as target other)
  if(CMAKE_CXX_COMPILER_ID MATCHES Clang)
    target_precompile_headers(${target} REUSE_FROM ${other})
  endif()
endfunction()

add_library(deskbell_warnings INTERFACE)
target_compile_options(deskbell_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wnon-virtual-dtor -Werror)
target_include_directories(deskbell_warnings INTERFACE $<BUILD_INTERFACE:${CMAKE_SOURCE_DIR}>)

if(CMAKE_BUILD_TYPE STREQUAL "RelWithDebInfo" OR DESKBELL_SANITIZE)
  # Names and lines, which is what backtraces and profiles need; describing each variable as well
  # would take a third of the time of a build. For a debugger: -DCMAKE_BUILD_TYPE=Debug.
  add_compile_options(-g1)
endif()
if(DESKBELL_SANITIZE)
  add_compile_options(-fsanitize=address,undefined -fno-sanitize-recover=all
                      -fno-omit-frame-pointer -O1)
  add_link_options(-fsanitize=address,undefined)
endif()
# What waits for people, networks and disks, and tests' own lines, are compiled quickly under the
# sanitizers, where each check becomes so much code that optimising it takes most of a build, and for
# WebAssembly, where only what the widget has need be small.
function(deskbell_compile_quickly target)
  if(DESKBELL_SANITIZE OR EMSCRIPTEN)
    target_compile_options(${target} PRIVATE -O0)
  endif()
endfunction()
# Where the fuzzers look for new paths: in rooms that read what strangers send, not in SQLite or tests.
function(deskbell_fuzzed target)
  if(DESKBELL_SANITIZE)
    target_compile_options(${target} PRIVATE -fsanitize=fuzzer-no-link)
  endif()
endfunction()

if(EMSCRIPTEN)
  # The system's include folder must never be on Emscripten's path (its glibc headers would win),
  # so that only the header-only libraries we use are linked into a folder of their own.
  set(DESKBELL_WASM_INCLUDE ${CMAKE_BINARY_DIR}/include)
  file(MAKE_DIRECTORY ${DESKBELL_WASM_INCLUDE})
  foreach(library nlohmann boost)
    if(EXISTS /usr/include/${library})
      file(CREATE_LINK /usr/include/${library} ${DESKBELL_WASM_INCLUDE}/${library} SYMBOLIC)
    endif()
  endforeach()
  include_directories(SYSTEM ${DESKBELL_WASM_INCLUDE})
  # Unwinding in WebAssembly itself: a quarter of the size of the JavaScript emulation.
  add_compile_options(-fwasm-exceptions -Oz)
  # A value of another type than the core took for granted is a fault of the core's own: what is
  # thrown then need not say more, in each of the places that may throw it.
  add_compile_options(
    "$<$<COMPILE_LANGUAGE:CXX>:SHELL:'-DJSON_THROW_USER(exception)=throw std::bad_cast()'>")
  add_link_options(-fwasm-exceptions)
endif()
