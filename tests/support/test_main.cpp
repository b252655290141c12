// Boost.Test's own implementation and main(), compiled once for every test program, natively and
// for WebAssembly alike.
#include <boost/config.hpp>
#ifdef __EMSCRIPTEN__
// There are no signals to catch, and setjmp does not go together with exceptions there.
#undef BOOST_HAS_SIGACTION
#endif

#define BOOST_TEST_MODULE deskbell
#include <boost/test/included/unit_test.hpp>
