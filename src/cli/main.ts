console.log('pollux');
