console.log('coldframe 0.1.0');
