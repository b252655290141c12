#!/usr/bin/env bash
# The core does no I/O of its own: its library must import no socket, file, clock, thread or source
# of randomness. Usage: check_imports.sh LIBRARY NM
set -euo pipefail
library=$1
nm=${2:-nm}

forbidden='^(socket|connect|bind|listen|accept|send|sendto|sendmsg|recv|recvfrom|recvmsg|getaddrinfo|poll|select|epoll_wait'
forbidden+='|open|open64|fopen|fopen64|read|write|unlink|rename|stat|mmap'
forbidden+='|time|gettimeofday|clock|clock_gettime|localtime|localtime_r|gmtime|nanosleep|usleep|sleep'
forbidden+='|rand|srand|random|drand48|getrandom|getentropy|arc4random'
forbidden+='|pthread_create|thrd_create|fork|system|getenv)$'
forbidden+='|std::(random_device|thread|jthread|condition_variable|basic_.*fstream|this_thread|chrono::.*::now)'

imports=$("$nm" --undefined-only --demangle "$library" | sed -nE 's/^ +U (.*)$/\1/p' | sed -E 's/@.*//' | sort -u)
if [ "$(wc -l <<<"$imports")" -lt 20 ]; then
  echo "cannot read what $library imports"
  exit 1
fi
if bad=$(grep -E "$forbidden" <<<"$imports"); then
  echo "the core imports what it must not know:"
  echo "$bad"
  exit 1
fi
echo "Running 1 test case..."
