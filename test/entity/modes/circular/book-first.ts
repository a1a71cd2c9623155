// Of the two modules that import each other, this program loads `book` first.
import './book.js';
import './report.js';
