// Boost.Test's own implementation and main(), compiled once for every test program, natively and
// for WebAssembly alike.
#define BOOST_TEST_MODULE deskbell
#include <boost/test/included/unit_test.hpp>
